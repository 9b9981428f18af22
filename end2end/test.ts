// The `test` of every browser test: an app of its own, and eyes on everything that goes wrong.

import { test as base, expect, type BrowserContext } from '@playwright/test';
import { App } from './app.mjs';
import { Watch } from './watch.ts';

type Fixtures = {
    /** Settings of the app beside those of the demo. */
    settings: Record<string, string>;
    /** An app with its own simulator, database and ports. */
    app: App;
    /** Fails the test on a console error, a script error, a broken rule of the CSP or a failed request. */
    watch: Watch;
    /** Whether scripts run in this project. */
    scripted: boolean;
    /** A second browser, with its own cookies and watched like the first. */
    another: () => Promise<BrowserContext>;
};

export const test = base.extend<Fixtures>({
    settings: [{}, { option: true }],
    app: async ({ settings }, use, testInfo) => {
        const app = await App.start({ env: settings });
        await use(app);
        await app.stop();
        if (testInfo.status !== testInfo.expectedStatus) {
            await testInfo.attach('app.log', { body: app.output, contentType: 'text/plain' });
        }
    },
    baseURL: async ({ app }, use) => use(app.origin),
    scripted: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),
    watch: async ({ app, scripted }, use) => {
        const watch = new Watch([app.origin, app.tiktok], scripted);
        await use(watch);
        expect(watch.faults, 'what the browser complained of').toEqual([]);
    },
    context: async ({ context, watch }, use) => {
        await watch.over(context);
        await use(context);
    },
    another: async ({ browser, watch }, use) => {
        const opened: BrowserContext[] = [];
        await use(async () => {
            const context = await browser.newContext();
            opened.push(context);
            await watch.over(context);
            return context;
        });
        await Promise.all(opened.map((context) => context.close()));
    },
});

export { expect };
