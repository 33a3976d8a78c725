"""Configuration: TOML in, typed values or sentences out."""
