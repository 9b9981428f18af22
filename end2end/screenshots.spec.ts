// A picture of every page, to be looked at: end2end/screenshots/<page>-<width>-<theme>-<language>.png

import { expect, type Page, type PageScreenshotOptions, test as base } from '@playwright/test';
import { App } from './app.mjs';
import { connect, decide, goToTikTok } from './flows.ts';
import { texts, type Language } from './texts.ts';

type Fixtures = { language: Language; shoot: (name: string, options?: PageScreenshotOptions) => Promise<void> };

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
        await use(async (name, options) => {
            await page.waitForLoadState('networkidle');
            await page.evaluate(() => document.fonts.ready);
            const path = `screenshots/${name}-${testInfo.project.name}.png`;
            await page.screenshot({ path, fullPage: true, animations: 'disabled', ...options });
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

test('leaving', async ({ page, app, language, shoot }) => {
    const { profile, leave, receipt } = texts[language];
    await connect(page, app, {}, language);
    await page.getByRole('button', { name: profile.refresh }).click();
    await page.waitForURL(/#told$/);
    await shoot('profile-refreshed');
    await expect(page.locator('[aria-haspopup="dialog"]')).toBeVisible();
    await page.getByRole('link', { name: profile.disconnect, exact: true }).click();
    await shoot('leave-dialog', { fullPage: false });
    await page.goto('/disconnect');
    await shoot('leave');
    await page.getByRole('radio', { name: leave.keep }).check();
    await page.getByRole('button', { name: leave.submit, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(receipt.disconnected);
    await shoot('receipt');
    for (const [name, path] of [['profile-disconnected', '/profile'], ['leave-kept', '/disconnect'], ['login-disconnected', '/']]) {
        await page.goto(path);
        await shoot(name);
    }
});

test('leaving while TikTok is down', async ({ page, app, language, shoot }) => {
    const { leave, receipt } = texts[language];
    await connect(page, app, { creator: 'private' }, language);
    await app.order('revoke', { status: 503 });
    await page.goto('/disconnect');
    await page.getByRole('button', { name: leave.submit, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(receipt.disconnected);
    await shoot('receipt-waits');
    await page.goto('/profile');
    await shoot('profile-erased');
    await page.goto('/disconnect');
    await page.getByRole('button', { name: leave.deleteSubmit, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(receipt.deleted);
    await shoot('receipt-deleted');
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
