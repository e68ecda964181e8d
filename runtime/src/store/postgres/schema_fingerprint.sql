select fingerprint from model_schema
