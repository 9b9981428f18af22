// The watch that stands over every other test sees what it is there for.

import { expect, test } from '../test.ts';
import { Watch } from '../watch.ts';

test('the watch sees every kind of fault', async ({ browser, app, scripted }) => {
    const context = await browser.newContext();
    const watch = new Watch([app.origin], scripted);
    await watch.over(context);
    const page = await context.newPage();
    await page.goto('/no/such/page');
    await page.route('**/broken.svg', (route) => route.abort('connectionreset'));
    await page.evaluate(() => {
        for (const address of ['/broken.svg', '/no-such.svg', 'https://stranger.test/a.svg']) {
            document.body.append(Object.assign(new Image(), { src: address }));
        }
        console.error('a complaint');
    });
    const expected = [
        /^status 404: .*\/no\/such\/page$/,
        /^console: .*status of 404.*\/no-such\.svg/,
        /^net::ERR_CONNECTION_RESET: .*\/broken\.svg$/,
        /^console: .*Content Security Policy/,
        /^console: a complaint/,
    ];
    for (const fault of expected) {
        await expect.poll(() => watch.faults).toContainEqual(expect.stringMatching(fault));
    }
    await context.close();
});
