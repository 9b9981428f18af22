// The `test` of whatever goes over all pages: two apps for each worker, and a language for each test.

import { test as base, expect, type Page } from '@playwright/test';
import { App } from './app.mjs';
import type { Stage } from './states.ts';

/** How a language is asked for: by the browser, or by the cookie of the one that nobody is offered. */
export const languages = ['en', 'fr', 'rtl'] as const;
export type Spoken = (typeof languages)[number];

export const test = base.extend<{ speak: (language: Spoken) => Promise<void>; stage: Stage }, { apps: [App, App] }>({
    apps: [
        async ({}, use) => {
            const app = await App.start({ env: { DEBUG: 'true' } });
            // Nothing listens on port 1, so these records are never reached.
            const env = { DEBUG: 'true', STORE: 'supabase', SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_KEY: 'sb_secret_none' };
            const adrift = await App.start({ env, health: 503 });
            await use([app, adrift]);
            await Promise.all([app.stop(), adrift.stop()]);
        },
        { scope: 'worker' },
    ],
    baseURL: async ({ apps: [app] }, use) => use(app.origin),
    stage: async ({ page, apps: [app, adrift] }, use) => use({ page, app, adrift }),
    speak: async ({ context, apps }, use) =>
        use(async (language) => {
            const value = { en: 'en', fr: 'fr', rtl: 'ar-XB' }[language];
            await context.addCookies(apps.map(({ origin }) => ({ name: 'lang', value, url: origin })));
        }),
});

/** How far the page can be scrolled sideways, in pixels. */
export function overflow(page: Page) {
    return page.evaluate(() => {
        const root = document.documentElement;
        root.scrollLeft = root.dir === 'rtl' ? -9999 : 9999;
        const scrolled = Math.abs(root.scrollLeft);
        root.scrollLeft = 0;
        return Math.max(scrolled, root.scrollWidth - root.clientWidth);
    });
}

/** Everything is there that will be: the files of the page, its fonts, its islands. */
export async function settled(page: Page) {
    await page.waitForLoadState('networkidle');
    await page.evaluate(() => document.fonts.ready);
}

export { expect };
