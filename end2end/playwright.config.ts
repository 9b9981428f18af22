import { defineConfig } from '@playwright/test';
import { launchOptions } from './chromium.mjs';

// Every flow runs twice: with scripts, and without.
export default defineConfig({
    testDir: 'tests',
    outputDir: 'test-results',
    fullyParallel: true,
    forbidOnly: Boolean(process.env.CI),
    retries: 0,
    workers: 2,
    timeout: 30_000,
    expect: { timeout: 7_000 },
    reporter: 'list',
    use: {
        launchOptions: launchOptions(),
        ignoreHTTPSErrors: true,
        locale: 'en-GB',
        trace: 'retain-on-failure',
    },
    projects: [
        { name: 'hydrated', use: { javaScriptEnabled: true } },
        { name: 'plain', use: { javaScriptEnabled: false } },
    ],
});
