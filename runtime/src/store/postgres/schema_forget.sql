delete from model_schema
