// Every failed login ends on a page that explains the failure and the next step.

import { expectConsentPage, captureCallback, connect, submitConsent, openConsentPage, panel } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('account outside the sandbox is referred to the operator', async ({ page, app, monitor }) => {
    monitor.expectStatus(403);
    await openConsentPage(page, app);
    await submitConsent(page, { creator: 'outsider' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.notTester);
    await page.getByRole('link', { name: t.failure.another }).click();
    await expectConsentPage(page, app);
});

// TikTok reports this like a cancelled login, so the page covers both.
test('ineligible account can use another account', async ({ page, app, monitor }) => {
    monitor.expectStatus(403);
    await openConsentPage(page, app);
    await submitConsent(page, { creator: 'ineligible' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
    await page.getByRole('link', { name: t.failure.another }).click();
    await expectConsentPage(page, app);
});

test('unknown authorize error blames nobody', async ({ page, app, monitor }) => {
    monitor.expectStatus(502);
    await app.injectFault('authorize', { code: 'something_new' });
    await page.goto('/oauth');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.unknown);
});

test('unknown state is refused without a request to TikTok', async ({ page, app, monitor }) => {
    monitor.expectStatus(400);
    const response = await page.goto('/webhook?code=unknown-code&state=unknown-state');
    expect(response?.status()).toBe(400);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.stateUnknown);
    expect(response?.headers()['referrer-policy']).toBe('no-referrer');
    expect(await app.calls()).toEqual([]);
    await page.getByRole('link', { name: t.failure.again }).click();
    await expectConsentPage(page, app);
});

test('state of another browser is refused', async ({ page, app, monitor, newContext }) => {
    monitor.expectStatus(400);
    const victim = await (await newContext()).newPage();
    await openConsentPage(page, app);
    await page.route(`${app.origin}/webhook?*`, (route) => route.abort('aborted'));
    const callback = await captureCallback(page, app, () => submitConsent(page));
    await openConsentPage(victim, app);
    await victim.goto(callback);
    await expect(victim.getByRole('heading', { level: 1 })).toHaveText(t.failure.stateUnknown);
});

test('callback that is loaded again leads to the profile', async ({ page, app }) => {
    await openConsentPage(page, app);
    const callback = await captureCallback(page, app, () => submitConsent(page));
    await expect(page).toHaveURL(`${app.origin}/profile`);
    await page.goto(callback);
    await expect(page).toHaveURL(`${app.origin}/profile`);
    expect((await app.calls()).filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('callback without parameters is malformed', async ({ page, monitor }) => {
    monitor.expectStatus(400);
    await page.goto('/webhook');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.malformed);
    await page.getByRole('link', { name: t.failure.home }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.login.title);
});

const tokenFailures = [
    { name: 'server error', fault: { status: 500 }, status: 503, title: t.failure.unavailable },
    { name: 'dropped connection', fault: { drop: 'before' }, status: 503, title: t.failure.unavailable },
    { name: 'malformed response', fault: { garbage: true }, status: 502, title: t.failure.unexpected },
    { name: 'rate limit', fault: { code: 'rate_limit_exceeded' }, status: 503, title: t.failure.rateLimited },
    { name: 'refused code', fault: { code: 'invalid_grant' }, status: 400, title: t.failure.codeRefused },
    { name: 'refused client', fault: { code: 'invalid_client' }, status: 500, title: t.failure.clientRefused },
];

for (const { name, fault, status, title } of tokenFailures) {
    test(`token exchange: ${name} can be retried`, async ({ page, app, monitor }) => {
        monitor.expectStatus(status);
        await app.injectFault('token', fault);
        await openConsentPage(page, app);
        await submitConsent(page);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
        // The consent is stored at TikTok, so no consent page follows.
        await page.getByRole('link', { name: t.failure.again }).click();
        await expect(page).toHaveURL(`${app.origin}/profile`);
    });
}

test('login succeeds without creator info', async ({ page, app }) => {
    await app.injectFault('creator_info', { status: 500 });
    await connect(page, app);
    await expect(page.getByRole('heading', { name: t.profile.silent })).toBeVisible();
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    await expect(panel(page, t.profile.posting)).toContainText(t.profile.postingUnknown);
});
