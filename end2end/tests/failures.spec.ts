// Every failed login ends on a page that says what happened and what to do.

import { atTikTok, callbackOf, connect, decide, goToTikTok, panel } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('an account outside the sandbox is sent to the operator', async ({ page, app, watch }) => {
    watch.expectStatus(403);
    await goToTikTok(page, app);
    await decide(page, { creator: 'outsider' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.notTester);
    await page.getByRole('link', { name: t.failure.another }).click();
    await atTikTok(page, app);
});

// TikTok words this like a cancelled login, so the page speaks to both.
test('an account that TikTok does not let in is offered another way', async ({ page, app, watch }) => {
    watch.expectStatus(403);
    await goToTikTok(page, app);
    await decide(page, { creator: 'ineligible' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
    await page.getByRole('link', { name: t.failure.another }).click();
    await atTikTok(page, app);
});

test('a refusal without a known name is taken for one of the account', async ({ page, app, watch }) => {
    watch.expectStatus(403);
    await app.order('authorize', { code: 'something_new' });
    await page.goto('/oauth');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.notEligible);
});

test('a state that nobody issued is refused before TikTok is asked', async ({ page, app, watch }) => {
    watch.expectStatus(400);
    const answer = await page.goto('/webhook?code=code-of-nobody&state=state-of-nobody');
    expect(answer?.status()).toBe(400);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.stateUnknown);
    expect(answer?.headers()['referrer-policy']).toBe('no-referrer');
    expect(await app.calls()).toEqual([]);
    await page.getByRole('link', { name: t.failure.again }).click();
    await atTikTok(page, app);
});

test('a state of another browser is refused', async ({ page, app, watch, another }) => {
    watch.expectStatus(400);
    const victim = await (await another()).newPage();
    await goToTikTok(page, app);
    await page.route(`${app.origin}/webhook?*`, (route) => route.abort('aborted'));
    const callback = await callbackOf(page, app, () => decide(page));
    await goToTikTok(victim, app);
    await victim.goto(callback);
    await expect(victim.getByRole('heading', { level: 1 })).toHaveText(t.failure.stateUnknown);
});

test('a callback counts once', async ({ page, app, watch }) => {
    watch.expectStatus(400);
    await goToTikTok(page, app);
    const callback = await callbackOf(page, app, () => decide(page));
    await expect(page).toHaveURL(`${app.origin}/profile`);
    await page.goto(callback);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.stateUnknown);
    expect((await app.calls()).filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1);
    await page.goto('/profile');
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('an address without an answer says so', async ({ page, watch }) => {
    watch.expectStatus(400);
    await page.goto('/webhook');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.malformed);
    await page.getByRole('link', { name: t.failure.home }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.login.title);
});

const atTheTokenStep = [
    { when: 'TikTok has a fault', fault: { status: 500 }, status: 503, title: t.failure.unavailable },
    { when: 'TikTok hangs up', fault: { drop: 'before' }, status: 503, title: t.failure.unavailable },
    { when: 'TikTok talks nonsense', fault: { garbage: true }, status: 502, title: t.failure.unexpected },
    { when: 'TikTok is too busy', fault: { code: 'rate_limit_exceeded' }, status: 503, title: t.failure.rateLimited },
    { when: 'the code was used', fault: { code: 'invalid_grant' }, status: 400, title: t.failure.codeRefused },
    { when: 'the secret is wrong', fault: { code: 'invalid_client' }, status: 500, title: t.failure.clientRefused },
];

for (const { when, fault, status, title } of atTheTokenStep) {
    test(`when ${when} the creator learns what to do`, async ({ page, app, watch }) => {
        watch.expectStatus(status);
        await app.order('token', fault);
        await goToTikTok(page, app);
        await decide(page);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
        // The consent stands, so TikTok asks no second time.
        await page.getByRole('link', { name: t.failure.again }).click();
        await expect(page).toHaveURL(`${app.origin}/profile`);
    });
}

test('a login outlives creator info that does not come', async ({ page, app }) => {
    await app.order('creator_info', { status: 500 });
    await connect(page, app);
    await expect(page.getByRole('heading', { name: t.profile.silent })).toBeVisible();
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    await expect(panel(page, t.profile.posting)).toContainText(t.profile.postingUnknown);
});
