select fingerprint, tables from model_schema
