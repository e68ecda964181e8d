select tables from model_schema
