// Prints Lighthouse's four scores for the login page and a profile, on its simulated mid-range phone, and every audit
// that failed, with its details. It measures the release build and writes reports to target/lighthouse. The exit code
// is 1 when a score is below 100 for a reason that is not accepted.

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { generateReport } from 'lighthouse';
import { App } from '../app.mjs';
import { launchOptions } from '../chromium.mjs';
import { largestPaint, Phone } from './phone.mjs';

const reports = fileURLToPath(new URL('../../target/lighthouse/', import.meta.url));

/** Audits that cannot pass on this machine, by id, with the reason. */
const accepted = {};

async function main() {
    await mkdir(reports, { recursive: true });
    const app = await App.start();
    const phone = await Phone.start();
    try {
        const login = await measure(phone, `${app.origin}/`, 'login', {});
        const profile = await measure(phone, `${app.origin}/profile`, 'profile', { Cookie: await signIn(app) });
        process.exitCode = login && profile ? 0 : 1;
    } finally {
        phone.stop();
        await app.stop();
    }
    console.log(`\nReports: ${reports}`);
}

/** Connects a creator and returns the value of the Cookie header. */
async function signIn(app) {
    const browser = await chromium.launch(launchOptions());
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    await page.goto(`${app.origin}/oauth`);
    await page.locator('button[name="decision"][value="approve"]').click();
    await page.waitForURL(`${app.origin}/profile`);
    const cookies = await page.context().cookies();
    await browser.close();
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

/** Measures a page and prints the scores; true when no audit failed that is not accepted. */
async function measure(phone, url, name, headers) {
    const lhr = await phone.measure(url, { headers });
    await writeFile(`${reports}${name}.html`, generateReport(lhr, 'html'));
    console.log(`\n${new URL(url).pathname}`);
    if (lhr.finalDisplayedUrl !== url) throw new Error(`Lighthouse was redirected to ${lhr.finalDisplayedUrl}`);
    const failed = Object.values(lhr.categories).flatMap((category) => printCategory(lhr, category));
    line('largest paint', `${largestPaint(lhr).toFixed(0)} ms`);
    line('layout shift', lhr.audits['cumulative-layout-shift'].numericValue.toFixed(3));
    return failed.length === 0;
}

/** Prints a category's score and its failed audits; returns those that cost points and are not accepted. */
function printCategory(lhr, category) {
    const score = Math.round(category.score * 100);
    line(category.title, String(score));
    const audits = category.auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => lhr.audits[id]);
    const failed = audits.filter(({ score }) => score !== null && score < 1);
    for (const { id, title, displayValue, details } of failed) {
        const reason = accepted[id] ?? (score < 100 ? 'not accepted' : 'costs the category no point');
        console.log(`      ${id}: ${title}${displayValue ? ` (${displayValue})` : ''}: ${reason}`);
        for (const item of detailItems(details)) console.log(`          ${item}`);
    }
    return score < 100 ? failed.filter(({ id }) => !(id in accepted)) : [];
}

/** The first few files or elements that an audit names. */
function detailItems(details) {
    const items = details?.items ?? [];
    const named = items.map(({ node, url, source, description }) => node?.snippet ?? url ?? source?.url ?? description);
    return named.filter((name) => typeof name === 'string').slice(0, 3);
}

function line(name, value) {
    console.log(`  ${name.padEnd(18)} ${value.padStart(8)}`);
}

await main();
