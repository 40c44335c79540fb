//! The rules of dispatch, each as a sentence.

mod amending;
mod bounds;
mod changes;
mod deadlines;
mod facts;
mod linking;
mod merging;
mod offers;
mod origins;
mod policy;
mod reassigning;
mod reopening;
mod safety;
mod splitting;
mod staging;
mod world;
