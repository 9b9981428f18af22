// An embedding site opens the login in a popup and receives its result; other sites do not.

import type { Page } from '@playwright/test';
import { expectProfile, expectConsentPage, submitConsent } from '../flows.ts';
import { submitConsentByKeyboard, focusAndPress } from '../keyboard.ts';
import { EmbeddingSite, type ReceivedMessage } from '../embedding-site.ts';
import { expect, test as base } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

const test = base.extend<{ isAllowed: boolean }, { site: EmbeddingSite }>({
    /** Whether EMBED_ORIGINS names the embedding site. */
    isAllowed: [true, { option: true }],
    site: [
        async ({}, use) => {
            const site = await EmbeddingSite.start();
            await use(site);
            await site.stop();
        },
        { scope: 'worker' },
    ],
    settings: async ({ site, isAllowed }, use) =>
        use({ EMBED_ORIGINS: isAllowed ? `https://studio.example,${site.origin}` : 'https://studio.example' }),
    monitor: async ({ monitor, site }, use) => {
        monitor.allow(site.origin);
        monitor.expectStatus(403);
        // The browser logs this for each origin that is not the opener's.
        monitor.expectConsoleError(/Failed to execute 'postMessage' on 'DOMWindow': The target origin provided/);
        // The browser requests an icon from each site.
        monitor.expectStatus(404);
        await use(monitor);
    },
});

/** Opens the embedding page, and by its link the popup. */
async function openPopup(page: Page, site: EmbeddingSite, app: string, by = 'Connect in a tab') {
    await page.goto(`${site.origin}/?app=${encodeURIComponent(app)}`);
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: by }).click();
    return opened;
}

const receivedMessages = (page: Page) => page.evaluate<ReceivedMessage[]>('messages');

for (const by of ['Connect in a tab', 'Connect in a window']) {
    // A script opens the window.
    const tag = by === 'Connect in a window' ? ['@script'] : [];
    test(`"${by}" connects and notifies the site`, { tag }, async ({ page, app, site, scriptEnabled }) => {
        const popup = await openPopup(page, site, app.origin, by);
        await expectConsentPage(popup, app);
        const closed = scriptEnabled && popup.waitForEvent('close');
        await submitConsent(popup);
        if (closed) {
            await closed;
            const message = { origin: app.origin, data: { source: 'creator-connect', type: 'connected' } };
            await expect.poll(() => receivedMessages(page)).toEqual([message]);
        } else {
            await expect(popup.getByRole('heading', { level: 1 })).toHaveText(t.popup.title);
            await expect(popup.getByText(t.popup.close)).toBeVisible();
        }
        const tab = await page.context().newPage();
        await tab.goto('/profile');
        await expectProfile(tab, app);
    });
}

test('posted callback notifies the site', { tag: '@script' }, async ({ page, app, site }) => {
    await app.setCallbackMode('post');
    const popup = await openPopup(page, site, app.origin);
    await expectConsentPage(popup, app);
    const closed = popup.waitForEvent('close');
    await submitConsent(popup);
    await closed;
    await expect.poll(() => receivedMessages(page)).toHaveLength(1);
});

test('denied consent notifies the site of the failure', async ({ page, app, site, scriptEnabled }) => {
    const popup = await openPopup(page, site, app.origin);
    await expectConsentPage(popup, app);
    const closed = scriptEnabled && popup.waitForEvent('close');
    await submitConsent(popup, { decision: 'deny' });
    if (closed) {
        await closed;
        const data = { source: 'creator-connect', type: 'failed', failure: 'cancelled' };
        await expect.poll(() => receivedMessages(page)).toEqual([{ origin: app.origin, data }]);
    } else {
        await expect(popup.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
        await expect(popup.getByText(t.popup.close)).toBeVisible();
        await popup.getByRole('link', { name: t.failure.again }).click();
        await submitConsent(popup);
        await expect(popup.getByRole('heading', { level: 1 })).toHaveText(t.popup.title);
    }
});

test('keyboard: login in a popup', async ({ page, app, site, scriptEnabled }) => {
    await page.goto(`${site.origin}/?app=${encodeURIComponent(app.origin)}`);
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Connect in a tab' }).focus();
    await page.keyboard.press('Enter');
    const popup = await opened;
    await submitConsentByKeyboard(popup, app, { creator: 'private' });
    if (scriptEnabled) {
        await expect.poll(() => receivedMessages(page)).toHaveLength(1);
    } else {
        await expect(popup.getByRole('heading', { level: 1 })).toHaveText(t.popup.title);
        await focusAndPress(popup, popup.getByRole('link', { name: t.login.toProfile }));
        await expectProfile(popup, app);
    }
});

test('window without an opener can be closed', async ({ page, app }) => {
    await page.goto('/oauth?display=popup');
    await submitConsent(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.popup.title);
    await expect(page.getByText(t.popup.close)).toBeVisible();
    await page.getByRole('link', { name: t.login.toProfile }).click();
    await expectProfile(page, app);
});

test.describe('site not in EMBED_ORIGINS', () => {
    test.use({ isAllowed: false });

    test('receives no message', { tag: '@script' }, async ({ page, app, site }) => {
        const popup = await openPopup(page, site, app.origin);
        await expectConsentPage(popup, app);
        const closed = popup.waitForEvent('close');
        await submitConsent(popup);
        await closed;
        // An earlier message would have arrived before this one.
        await page.evaluate(() => window.postMessage('the last', '*'));
        await expect.poll(() => receivedMessages(page)).toEqual([{ origin: site.origin, data: 'the last' }]);
    });
});

test('other pages have no opener', { tag: '@script' }, async ({ page, app, site }) => {
    await page.goto(`${site.origin}/?app=${encodeURIComponent(app.origin)}`);
    for (const path of ['/', '/privacy', '/no/such/page']) {
        const opened = page.context().waitForEvent('page');
        await page.evaluate((address) => void ((window as any).opened = window.open(address)), app.origin + path);
        const tab = await opened;
        await expect(tab).toHaveURL(app.origin + path);
        await tab.waitForLoadState();
        expect(await tab.evaluate(() => window.opener), path).toBeNull();
        await expect.poll(() => page.evaluate(() => (window as any).opened.closed), path).toBe(true);
        await tab.close();
    }
});
