//! Installing packages, and everything that can be done to one that is.

mod boot;
mod catalog;
mod disk;
mod lifecycle;
mod migrations;
mod outside;
mod refusals;
mod seed_rules;
mod seeds;
mod started;
mod system;
