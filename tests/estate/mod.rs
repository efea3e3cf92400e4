mod bind;
mod lists;
mod node;
mod scope;
