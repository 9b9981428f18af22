import { defineConfig } from '@playwright/test';
import { launchOptions } from './chromium.mjs';

export default defineConfig({
    outputDir: 'test-results',
    fullyParallel: true,
    forbidOnly: Boolean(process.env.CI),
    // A CI machine may stall. A test that passes at its second attempt is reported as flaky, with the first error.
    retries: process.env.CI ? 1 : 0,
    workers: 2,
    timeout: 30_000,
    expect: { timeout: 7_000 },
    // scripts/test.sh names the file of the JSON report.
    reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : 'list',
    snapshotPathTemplate: 'references/{arg}{ext}',
    // A missing reference fails the test; `make references` takes it.
    updateSnapshots: 'none',
    use: {
        launchOptions: launchOptions(),
        ignoreHTTPSErrors: true,
        locale: 'en-GB',
        // A trace takes about a seventh of the CPU time, so that CI records the second attempt alone.
        trace: process.env.CI ? 'on-first-retry' : 'retain-on-failure',
    },
    projects: [
        // Every flow runs with JavaScript and without; tests tagged @script need it. `make release-check` runs @smoke.
        { name: 'hydrated', testDir: 'tests', use: { javaScriptEnabled: true } },
        { name: 'plain', testDir: 'tests', use: { javaScriptEnabled: false }, grepInvert: /@script/ },
        // Every page in every state: accessibility and layout; with SCREENSHOTS set, a picture of each in screenshots/.
        { name: 'pages', testDir: 'pages', testMatch: 'every-state.spec.ts', use: { trace: 'off' }, timeout: 120_000 },
        // The main pages, compared with their reference pictures.
        { name: 'visual', testDir: 'pages', testMatch: 'visual.spec.ts', use: { trace: 'off' } },
    ],
});
