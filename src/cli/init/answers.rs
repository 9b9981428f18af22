//! The questions of `init`, and their answers.

use std::{
    collections::HashMap,
    io::{self, BufRead as _, IsTerminal as _, Write as _},
};

use anyhow::{Context as _, Result, bail};
use creator_connect::server::config::{Config, Fault};

/// A setting without a default.
struct Question {
    variable: &'static str,
    text: &'static str,
    /// The flag that answers it.
    flag: &'static str,
    is_secret: bool,
}

/// In the order in which they are asked; the last two for Supabase alone.
const QUESTIONS: [Question; 6] = [
    Question {
        variable: "TIKTOK_CLIENT_KEY",
        text: "The client key of your app or sandbox (https://developers.tiktok.com/apps)",
        flag: "--client-key",
        is_secret: false,
    },
    Question {
        variable: "TIKTOK_CLIENT_SECRET",
        text: "Its client secret (not shown while you type)",
        flag: "--client-secret-file",
        is_secret: true,
    },
    Question {
        variable: "TIKTOK_REDIRECT_URI",
        text: "The redirect URI, exactly as registered there: https://HOST/webhook",
        flag: "--redirect-uri",
        is_secret: false,
    },
    Question {
        variable: "STORE",
        text: "Where grants are kept: sqlite (one file on this machine) or supabase",
        flag: "--store",
        is_secret: false,
    },
    Question {
        variable: "SUPABASE_URL",
        text: "The address of the Supabase project: https://PROJECT.supabase.co",
        flag: "--supabase-url",
        is_secret: false,
    },
    Question {
        variable: "SUPABASE_KEY",
        text: "Its secret key, sb_secret_… (not shown while you type)",
        flag: "--supabase-key-file",
        is_secret: true,
    },
];

/// The settings that were given or typed, by name.
pub(super) struct Answers(HashMap<&'static str, String>);

impl Answers {
    /// Takes what is `given` and asks for the rest. A typed answer that is not accepted is asked again, at a terminal.
    pub(super) fn collect(given: Vec<(&'static str, String)>, keys: &str) -> Result<Self> {
        let mut answers = Self(given.into_iter().collect());
        for question in &QUESTIONS {
            if answers.needs(question.variable) {
                answers.ask(question, keys)?;
            }
        }
        Ok(answers)
    }

    /// The answer for a variable.
    pub(super) fn get(&self, variable: &str) -> Option<&str> {
        self.0.get(variable).map(String::as_str)
    }

    fn needs(&self, variable: &str) -> bool {
        let is_other_store = variable.starts_with("SUPABASE_") && self.get("STORE") != Some("supabase");
        !self.0.contains_key(variable) && !is_other_store
    }

    fn ask(&mut self, question: &Question, keys: &str) -> Result<()> {
        loop {
            let answer = type_answer(question)?;
            self.0.insert(question.variable, answer);
            let Some(fault) = self.fault(question.variable, keys) else { return Ok(()) };
            if !io::stdin().is_terminal() {
                bail!("{} {}. {}", fault.variable, fault.problem, fault.remedy);
            }
            eprintln!("  It {}. {}", fault.problem, fault.remedy);
        }
    }

    /// What the settings say about the answer for `variable`; other settings may be missing still.
    fn fault(&self, variable: &str, keys: &str) -> Option<Fault> {
        let value = |name: &str| match name {
            "ENCRYPTION_KEYS" => Some(keys.to_owned()),
            _ => self.get(name).map(str::to_owned),
        };
        let faults = Config::read(&value).err()?;
        faults.iter().find(|fault| fault.variable == variable).cloned()
    }
}

fn type_answer(question: &Question) -> Result<String> {
    eprint!("{}: ", question.text);
    io::stderr().flush()?;
    if question.is_secret && io::stdin().is_terminal() {
        return Ok(rpassword::read_password()?.trim().to_owned());
    }
    let mut line = String::new();
    let count = io::stdin().lock().read_line(&mut line).context("cannot read the answer")?;
    if count == 0 {
        bail!("{} has no answer: give it by {}", question.variable, question.flag);
    }
    Ok(line.trim().to_owned())
}
