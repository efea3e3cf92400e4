mod errors;
mod health;
mod introspection;
mod library;
mod limits;
mod media;
mod nesting;
mod schema;
