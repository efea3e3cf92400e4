mod bind;
mod lists;
mod manage;
mod node;
mod scope;
