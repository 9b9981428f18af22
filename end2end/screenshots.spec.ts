// A picture of every page, to be looked at: end2end/screenshots/<page>-<width>-<theme>-<language>.png

import { type Page, test as base } from '@playwright/test';
import { App } from './app.mjs';
import { connect, decide, goToTikTok } from './flows.ts';
import type { Language } from './texts.ts';

type Fixtures = { language: Language; shoot: (name: string) => Promise<void> };

const test = base.extend<Fixtures, { app: App }>({
    app: [
        async ({}, use) => {
            const app = await App.start();
            await use(app);
            await app.stop();
        },
        { scope: 'worker' },
    ],
    baseURL: async ({ app }, use) => use(app.origin),
    language: async ({ locale }, use) => use(locale?.startsWith('fr') ? 'fr' : 'en'),
    shoot: async ({ page }, use, testInfo) => {
        await use(async (name) => {
            await page.waitForLoadState('networkidle');
            await page.evaluate(() => document.fonts.ready);
            const path = `screenshots/${name}-${testInfo.project.name}.png`;
            await page.screenshot({ path, fullPage: true, animations: 'disabled' });
        });
    },
});

for (const [name, path] of Object.entries({
    'login': '/',
    'privacy': '/privacy',
    'terms': '/terms',
    'not-found': '/no/such/page',
    'failure-malformed': '/webhook',
    'failure-state': '/webhook?code=code-of-nobody&state=state-of-nobody',
})) {
    test(name, async ({ page, shoot }) => {
        await page.goto(path);
        await shoot(name);
    });
}

test('consent', async ({ page, app, language, shoot }) => {
    await goToTikTok(page, app, language);
    await shoot('consent');
});

for (const creator of ['public', 'private', 'hostile', 'banned', 'no-avatar']) {
    test(`profile of ${creator}`, async ({ page, app, language, shoot }) => {
        await connect(page, app, { creator }, language);
        await shoot(`profile-${creator}`);
    });
}

test('profile with a permission missing', async ({ page, app, language, shoot }) => {
    await connect(page, app, { without: ['video.publish'] }, language);
    await shoot('profile-partial');
});

test('login page of a signed-in creator', async ({ page, app, language, shoot }) => {
    await connect(page, app, {}, language);
    await page.goto('/');
    await shoot('login-signed-in');
});

/** Goes to TikTok and comes back with a failure. */
async function fail(page: Page, app: App, language: Language, consent: Parameters<typeof decide>[1]) {
    await goToTikTok(page, app, language);
    await decide(page, consent);
    await page.waitForURL(/\/webhook/);
}

test('failures at TikTok', async ({ page, app, language, shoot }) => {
    await fail(page, app, language, { decision: 'deny' });
    await shoot('failure-cancelled');
    for (const creator of ['outsider', 'ineligible']) {
        await fail(page, app, language, { creator });
        await shoot(`failure-${creator}`);
    }
});

for (const [name, fault] of Object.entries({
    unavailable: { status: 500 },
    unexpected: { garbage: true },
    'rate-limited': { code: 'rate_limit_exceeded' },
    'client-refused': { code: 'invalid_client' },
    'code-refused': { code: 'invalid_grant' },
})) {
    test(`failure: ${name}`, async ({ page, app, language, shoot }) => {
        await app.order('token', fault);
        await fail(page, app, language, {});
        await shoot(`failure-${name}`);
    });
}
