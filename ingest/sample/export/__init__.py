"""The group written as files: native-looking exports, and the truth beside them."""
