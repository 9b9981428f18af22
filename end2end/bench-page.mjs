// Prints the costs of a visit beside their budgets: bytes, largest paint, actions that wait for WASM, memory, start
// time, requests to TikTok. It measures the release build; the exit code is 1 when a page exceeds a budget.

import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { App } from './app.mjs';
import { launchOptions } from './chromium.mjs';
import { largestPaint, Phone } from './lighthouse/phone.mjs';

const KB = 1000;
const budgets = {
    '/': 15 * KB,
    '/profile': 100 * KB,
    again: 10 * KB,
    shift: 0,
    /** Milliseconds, on Lighthouse's simulated phone. */
    paint: 900,
    memory: 40,
    ready: 1000,
    calls: 3,
};
/** Whether every page is within its budgets. */
let withinBudgets = true;

async function main() {
    const folder = await mkdtemp(join(tmpdir(), 'creator-connect-bench-'));
    const first = await App.start({ folder });
    await first.stop();
    const app = await App.start({ folder });
    const browser = await chromium.launch(await launchTrusting(folder));
    try {
        const memory = await residentMegabytes(app);
        // Delayed responses show which requests overlap.
        for (const endpoint of ['user_info', 'creator_info']) await app.injectFault(endpoint, { delay_ms: 50 });
        const signedIn = await signIn(browser, app);
        const calls = await app.calls();
        await visit(browser, app, '/', {});
        await measurePaint(app);
        await visit(browser, app, '/profile', { storageState: signedIn });
        await compareWithoutWasm(browser, app, signedIn);
        console.log('\nThe process (with the simulator in it)');
        line('ready, certificate there', `${app.readyAfter.toFixed(0)} ms`, `${budgets.ready} ms`);
        line('ready, certificate to make', `${first.readyAfter.toFixed(0)} ms`);
        line('memory after start', `${memory} MB`, `${budgets.memory} MB`);
        line('memory after these visits', `${await residentMegabytes(app)} MB`);
        describeCalls(calls);
    } finally {
        await browser.close();
        await app.stop();
        await rm(folder, { recursive: true, force: true });
    }
}

/** Launch options of a browser that trusts the app's certificate: an untrusted one disables the cache. */
async function launchTrusting(folder) {
    const certs = join(folder, 'certs');
    const files = await Promise.all((await readdir(certs)).map((name) => readFile(join(certs, name), 'utf8')));
    const certificate = files.find((pem) => pem.includes('BEGIN CERTIFICATE'));
    const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
    const digest = createHash('sha256').update(key).digest('base64');
    const options = launchOptions();
    return { ...options, args: [...options.args, `--ignore-certificate-errors-spki-list=${digest}`] };
}

/** Logs in and returns the storage state, for a browser whose cache is empty. */
async function signIn(browser, app) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${app.origin}/oauth`);
    await page.locator('input[name="creator"][value="public"]').check();
    await page.locator('button[name="decision"][value="approve"]').click();
    await page.waitForURL(`${app.origin}/profile`);
    const state = await context.storageState();
    await context.close();
    return state;
}

/** Opens a page with an empty cache, then again, and prints the transferred resources. */
async function visit(browser, app, path, options) {
    const context = await browser.newContext(options);
    await context.addInitScript(() => {
        window.shift = 0;
        const add = ({ value }) => (window.shift += value);
        new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: 'layout-shift', buffered: true });
    });
    const page = await context.newPage();
    const first = await load(context, page, app.origin + path);
    const shift = await page.evaluate('shift');
    const again = await load(context, page, app.origin + path);
    await context.close();

    console.log(`\nFirst visit to ${path}`);
    for (const { url, type, bytes, protocol, headers } of first) {
        const encoding = headers['content-encoding'] ?? 'identity';
        console.log(`  ${bytes.toString().padStart(8)} B  ${type.padEnd(11)} ${encoding.padEnd(9)} ${protocol.padEnd(5)} ${new URL(url).pathname}`);
    }
    const wasm = first.some(({ url }) => url.endsWith('.wasm'));
    budget(`in all, ${wasm ? 'with' : 'without'} WASM`, total(first), budgets[path], kilobytes);
    if (path === '/') budget('files of script or WASM', first.filter(isScript).length, 0, String);
    budget('second visit', total(again), budgets.again, kilobytes);
    budget('layout shift', shift, budgets.shift, (value) => value.toFixed(4));
}

/** Measures the largest paint of the login page on a phone. */
async function measurePaint(app) {
    const phone = await Phone.start();
    const lhr = await phone.measure(`${app.origin}/`, { onlyCategories: ['performance'] });
    phone.stop();
    budget('largest paint on a phone', largestPaint(lhr), budgets.paint, (value) => `${value.toFixed(0)} ms`);
}

/** Opens the profile with its WASM and with the WASM blocked, and compares the available actions. */
async function compareWithoutWasm(browser, app, storageState) {
    const results = [];
    for (const blocked of [false, true]) {
        const context = await browser.newContext({ storageState });
        const page = await context.newPage();
        if (blocked) await page.route('**/*.wasm', () => {}); // no response
        await page.goto(`${app.origin}/profile`, { waitUntil: blocked ? 'load' : 'networkidle' });
        results.push(await page.evaluate(availableActions));
        if (blocked) {
            await page.locator('form[action$="/api/log_out"] button').click();
            await page.waitForURL(`${app.origin}/#notice`);
        }
        await context.close();
    }
    const [complete, early] = results;
    const late = complete.actions.filter((action) => !early.actions.includes(action));
    budget('links, forms late by WASM', late.length, 0, String);
    budget('pixels lower by WASM', Math.abs(complete.height - early.height), 0, String);
    line('actions without WASM', String(early.actions.length));
}

/** Runs in the page: every visible link and form, and the height of the page. */
function availableActions() {
    const visible = [...document.querySelectorAll('a[href], button[type=submit]')].filter((action) => action.checkVisibility());
    return { actions: visible.map(({ textContent }) => textContent.trim()), height: document.documentElement.scrollHeight };
}

const isScript = ({ type, url }) => type === 'Script' || url.endsWith('.wasm');
const total = (resources) => resources.reduce((sum, { bytes }) => sum + bytes, 0);
const kilobytes = (bytes) => `${(bytes / KB).toFixed(1)} kB`;

/** Opens an address and returns the resources that it loaded; those from the cache have 0 bytes. */
async function load(context, page, address) {
    const network = await context.newCDPSession(page);
    const resources = new Map();
    network.on('Network.responseReceived', ({ requestId, response, type }) => {
        resources.set(requestId, { type, bytes: 0, url: response.url, protocol: response.protocol, headers: response.headers });
    });
    network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        const resource = resources.get(requestId);
        if (resource) resource.bytes = encodedDataLength;
    });
    await network.send('Network.enable');
    await page.goto(address, { waitUntil: 'networkidle' });
    await network.detach();
    return [...resources.values()].filter(({ url }) => url.startsWith('http'));
}

/** Prints a measurement and whether it is within its budget. */
function budget(name, measured, limit, words) {
    const within = measured <= limit;
    withinBudgets &&= within;
    console.log(`  ${name.padEnd(28)} ${words(measured).padStart(9)}   ${within ? 'pass' : 'FAIL'}  (at most ${words(limit)})`);
}

async function residentMegabytes(app) {
    const status = await readFile(`/proc/${app.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024);
}

// The browser opens the authorize page, and the picture is fetched when the profile is shown.
function describeCalls(all) {
    const calls = all.filter(({ endpoint }) => !['authorize', 'avatar'].includes(endpoint));
    const inParallel = calls.filter(({ in_flight }) => in_flight > 0).length;
    console.log('\nOne login at TikTok');
    for (const { endpoint, arrived_ms } of calls) {
        line(endpoint, `at ${arrived_ms - calls[0].arrived_ms} ms`);
    }
    line('calls from the app', String(calls.length), String(budgets.calls));
    line('of them concurrent', String(inParallel));
}

function line(name, measured, budget) {
    console.log(`  ${name.padEnd(28)} ${measured.padStart(9)}${budget ? `   (at most ${budget})` : ''}`);
}

await main();
process.exitCode = withinBudgets ? 0 : 1;
