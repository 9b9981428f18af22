import { defineConfig } from '@playwright/test';
import { launchOptions } from './chromium.mjs';

export default defineConfig({
    outputDir: 'test-results',
    fullyParallel: true,
    forbidOnly: Boolean(process.env.CI),
    // A machine that nobody looks at may stall. What passes at the second try is reported as flaky, with its fault.
    retries: process.env.CI ? 1 : 0,
    workers: 2,
    timeout: 30_000,
    expect: { timeout: 7_000 },
    // scripts/test.sh names the file of the JSON report.
    reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : 'list',
    snapshotPathTemplate: 'references/{arg}{ext}',
    // A reference that is missing is a fault; `make references` draws it.
    updateSnapshots: 'none',
    use: {
        launchOptions: launchOptions(),
        ignoreHTTPSErrors: true,
        locale: 'en-GB',
        trace: 'retain-on-failure',
    },
    projects: [
        // Every flow runs twice: with scripts, and without. What is tagged is about a script itself.
        { name: 'hydrated', testDir: 'tests', use: { javaScriptEnabled: true } },
        { name: 'plain', testDir: 'tests', use: { javaScriptEnabled: false }, grepInvert: /@script/ },
        // Every page in every state: accessibility, room, and a picture of each in screenshots/.
        { name: 'pages', testDir: 'pages', testMatch: 'every-state.spec.ts', use: { trace: 'off' }, timeout: 120_000 },
        // The main pages beside their references.
        { name: 'looks', testDir: 'pages', testMatch: 'looks.spec.ts', use: { trace: 'off' } },
    ],
});
