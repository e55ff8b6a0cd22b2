//! What clients get, provider by provider.
//!
//! `host` plays the host and the providers; `model` says what a turn is made of and what a client should get of it, without
//! looking at the code under test; one module for each provider renders such turns as its responses and reads what a client
//! gets, as the client's own library would. `framing` cuts streams.

mod anthropic;
mod cases;
mod framing;
mod gemini;
mod host;
mod model;
mod openai_chat;
mod openai_responses;
mod recorded;
