//! Tests of the whole: the house rules, and the server from outside on a real listener.

mod house;
