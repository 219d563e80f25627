"""From report files to a knowledge base: load, structure, describe, encode, store."""
