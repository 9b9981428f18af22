// The `test` of every flow: an app of its own, and a monitor of browser errors.

import { test as base, expect, type BrowserContext } from '@playwright/test';
import { AppPool } from './app-pool.ts';
import type { App } from './app.mjs';
import { PageMonitor } from './page-monitor.ts';

type Fixtures = {
    /** Settings of the app beside those of the demo. */
    settings: Record<string, string>;
    /** An app with its own simulator, database and ports. */
    app: App;
    /** Fails the test on a console error, a script error, a violation of the CSP or a failed request. */
    monitor: PageMonitor;
    /** Whether scripts run in this project. */
    scriptEnabled: boolean;
    /** Opens a second browser context, with its own cookies and monitored like the first. */
    newContext: () => Promise<BrowserContext>;
};

export const test = base.extend<Fixtures, { apps: AppPool }>({
    apps: [
        async ({}, use) => {
            const apps = new AppPool();
            await use(apps);
            await apps.close();
        },
        { scope: 'worker' },
    ],
    settings: [{}, { option: true }],
    app: async ({ apps, settings }, use, testInfo) => {
        const app = await apps.take({ env: settings });
        await use(app);
        apps.release(app);
        if (testInfo.status !== testInfo.expectedStatus) {
            await testInfo.attach('app.log', { body: app.output, contentType: 'text/plain' });
        }
    },
    baseURL: async ({ app }, use) => use(app.origin),
    scriptEnabled: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),
    monitor: async ({ app, scriptEnabled }, use) => {
        const monitor = new PageMonitor([app.origin, app.tiktok], scriptEnabled);
        await use(monitor);
        expect(monitor.faults, 'errors in the browser').toEqual([]);
    },
    context: async ({ context, monitor }, use) => {
        await monitor.attach(context);
        await use(context);
    },
    newContext: async ({ browser, monitor }, use) => {
        const opened: BrowserContext[] = [];
        await use(async () => {
            const context = await browser.newContext();
            opened.push(context);
            await monitor.attach(context);
            return context;
        });
        await Promise.all(opened.map((context) => context.close()));
    },
});

export { expect };
