// Another site opens the login in a popup, and hears how it ended; no other site does.

import type { Page } from '@playwright/test';
import { atProfile, atTikTok, decide } from '../flows.ts';
import { decideByKeys, pressKeys } from '../keys.ts';
import { Site, type Heard } from '../site.ts';
import { expect, test as base } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

const test = base.extend<{ site: Site; stranger: boolean }>({
    /** Whether the settings leave the site out. */
    stranger: [false, { option: true }],
    site: async ({}, use) => {
        const site = await Site.start();
        await use(site);
        await site.stop();
    },
    settings: async ({ site, stranger }, use) =>
        use({ EMBED_ORIGINS: stranger ? 'https://studio.example' : `https://studio.example,${site.origin}` }),
    watch: async ({ watch, site }, use) => {
        watch.allow(site.origin);
        watch.expectStatus(403);
        // A browser says so of each origin that the opener does not have.
        watch.expectComplaint(/Failed to execute 'postMessage' on 'DOMWindow': The target origin provided/);
        // It also asks each site for an icon.
        watch.expectStatus(404);
        await use(watch);
    },
});

/** Opens the embedding page and, by its link, the popup. */
async function openPopup(page: Page, site: Site, app: string, by = 'Connect in a tab') {
    await page.goto(`${site.origin}/?app=${encodeURIComponent(app)}`);
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: by }).click();
    return opened;
}

const heard = (page: Page) => page.evaluate<Heard>('heard');

for (const by of ['Connect in a tab', 'Connect in a window']) {
    // A window is opened by a script.
    const tag = by === 'Connect in a window' ? ['@script'] : [];
    test(`whoever clicks "${by}" connects, and the site hears of it`, { tag }, async ({ page, app, site, scripted }) => {
        const popup = await openPopup(page, site, app.origin, by);
        await atTikTok(popup, app);
        const closed = scripted && popup.waitForEvent('close');
        await decide(popup);
        if (closed) {
            await closed;
            const message = { origin: app.origin, data: { source: 'creator-connect', type: 'connected' } };
            await expect.poll(() => heard(page)).toEqual([message]);
        } else {
            await expect(popup.getByRole('heading', { level: 1 })).toHaveText(t.popup.title);
            await expect(popup.getByText(t.popup.close)).toBeVisible();
        }
        const own = await page.context().newPage();
        await own.goto('/profile');
        await atProfile(own, app);
    });
}

test('a login that comes back by a posted form is heard of too', { tag: '@script' }, async ({ page, app, site }) => {
    await app.answerBy('post');
    const popup = await openPopup(page, site, app.origin);
    await atTikTok(popup, app);
    const closed = popup.waitForEvent('close');
    await decide(popup);
    await closed;
    await expect.poll(() => heard(page)).toHaveLength(1);
});

test('who says no in a popup is told why, and the site hears which way it failed', async ({ page, app, site, scripted }) => {
    const popup = await openPopup(page, site, app.origin);
    await atTikTok(popup, app);
    const closed = scripted && popup.waitForEvent('close');
    await decide(popup, { decision: 'deny' });
    if (closed) {
        await closed;
        const data = { source: 'creator-connect', type: 'failed', failure: 'cancelled' };
        await expect.poll(() => heard(page)).toEqual([{ origin: app.origin, data }]);
    } else {
        await expect(popup.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
        await expect(popup.getByText(t.popup.close)).toBeVisible();
        await popup.getByRole('link', { name: t.failure.again }).click();
        await decide(popup);
        await expect(popup.getByRole('heading', { level: 1 })).toHaveText(t.popup.title);
    }
});

test('a popup is opened and gone through without a mouse', async ({ page, app, site, scripted }) => {
    await page.goto(`${site.origin}/?app=${encodeURIComponent(app.origin)}`);
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Connect in a tab' }).focus();
    await page.keyboard.press('Enter');
    const popup = await opened;
    await decideByKeys(popup, app, { creator: 'private' });
    if (scripted) {
        await expect.poll(() => heard(page)).toHaveLength(1);
    } else {
        await expect(popup.getByRole('heading', { level: 1 })).toHaveText(t.popup.title);
        await pressKeys(popup, popup.getByRole('link', { name: t.login.toProfile }));
        await atProfile(popup, app);
    }
});

test('a window that nobody opened says that it can be closed', async ({ page, app }) => {
    await page.goto('/oauth?display=popup');
    await decide(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.popup.title);
    await expect(page.getByText(t.popup.close)).toBeVisible();
    await page.getByRole('link', { name: t.login.toProfile }).click();
    await atProfile(page, app);
});

test.describe('a site that the settings do not name', () => {
    test.use({ stranger: true });

    test('hears nothing', { tag: '@script' }, async ({ page, app, site }) => {
        const popup = await openPopup(page, site, app.origin);
        await atTikTok(popup, app);
        const closed = popup.waitForEvent('close');
        await decide(popup);
        await closed;
        // A message that was on its way would have arrived before this one.
        await page.evaluate(() => window.postMessage('the last', '*'));
        await expect.poll(() => heard(page)).toEqual([{ origin: site.origin, data: 'the last' }]);
    });
});

test('no site may hold a page of ours that it opened in another way', { tag: '@script' }, async ({ page, app, site }) => {
    await page.goto(`${site.origin}/?app=${encodeURIComponent(app.origin)}`);
    for (const path of ['/', '/privacy', '/no/such/page']) {
        const opened = page.context().waitForEvent('page');
        await page.evaluate((address) => void ((window as any).held = window.open(address)), app.origin + path);
        const own = await opened;
        await expect(own).toHaveURL(app.origin + path);
        await own.waitForLoadState();
        expect(await own.evaluate(() => window.opener), path).toBeNull();
        await expect.poll(() => page.evaluate(() => (window as any).held.closed), path).toBe(true);
        await own.close();
    }
});
