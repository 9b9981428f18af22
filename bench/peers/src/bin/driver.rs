//! Logs creators in: /oauth, /webhook, and the page that it leads to, each with cookies of its own.
//!
//! `driver ORIGIN SECONDS CONCURRENCY` prints a line of JSON; with 0 seconds it logs one creator in and prints the cookies.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, Response, header, redirect::Policy};

/// The cookies of one browser, by name.
#[derive(Default)]
struct Browser(BTreeMap<String, String>);

impl Browser {
    fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, response: &Response) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap_or_default();
            let pair = text.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }

    async fn get(&mut self, client: &Client, url: &str) -> Result<(String, u16, String), String> {
        let request = client.get(url).header(header::ACCEPT, "text/html").header(header::COOKIE, self.header());
        let response = request.send().await.map_err(|error| error.to_string())?;
        self.keep(&response);
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        let (location, status) = (location.unwrap_or_default().to_owned(), response.status().as_u16());
        Ok((location, status, response.text().await.map_err(|error| error.to_string())?))
    }
}

async fn log_in(client: &Client, origin: &str, number: u64) -> Result<Browser, String> {
    let mut browser = Browser::default();
    let (authorize, status, _) = browser.get(client, &format!("{origin}/oauth")).await?;
    let state = authorize.split(['?', '&']).find_map(|part| part.strip_prefix("state="));
    let state = state.ok_or_else(|| format!("/oauth answered {status}"))?;
    let callback = format!("{origin}/webhook?code=code-{number}&scopes=user.info.basic%2Cvideo.publish&state={state}");
    let (location, status, _) = browser.get(client, &callback).await?;
    if location.is_empty() {
        return Err(format!("/webhook answered {status}"));
    }
    let url = if location.starts_with('/') { format!("{origin}{location}") } else { location };
    let (_, status, page) = browser.get(client, &url).await?;
    let shown = page.contains(&format!("Creator Number {number}<"));
    if shown { Ok(browser) } else { Err(format!("the profile answered {status} without the creator")) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    let [_, origin, seconds, concurrency] = words.as_slice() else { panic!("driver ORIGIN SECONDS CONCURRENCY") };
    let client = Client::builder().redirect(Policy::none()).build().expect("there is a client");
    let seconds: u64 = seconds.parse().expect("a number");
    if seconds == 0 {
        println!("{}", log_in(&client, origin, 1).await.expect("a login").header());
        return;
    }
    let (number, errors) = (Arc::new(AtomicU64::new(std::process::id().into())), Arc::new(AtomicU64::new(0)));
    let (began, end) = (Instant::now(), Instant::now() + Duration::from_secs(seconds));
    let workers: Vec<_> = (0..concurrency.parse::<u64>().expect("a number"))
        .map(|_| {
            let (client, origin, number, errors) = (client.clone(), origin.clone(), Arc::clone(&number), Arc::clone(&errors));
            tokio::spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < end {
                    let start = Instant::now();
                    match log_in(&client, &origin, number.fetch_add(1, Ordering::Relaxed)).await {
                        Ok(_) => times.push(start.elapsed().as_secs_f64() * 1000.0),
                        Err(error) => {
                            if errors.fetch_add(1, Ordering::Relaxed) == 0 {
                                eprintln!("{error}");
                            }
                        }
                    }
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await.expect("no worker panicked"));
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{{\"logins\":{},\"errors\":{},\"perSecond\":{:.1},\"p50\":{:.2},\"p99\":{:.2}}}",
        times.len(),
        errors.load(Ordering::Relaxed),
        times.len() as f64 / seconds,
        at(0.5),
        at(0.99)
    );
}
