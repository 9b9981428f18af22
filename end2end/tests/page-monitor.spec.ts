// The monitor of all other tests reports each kind of browser error.

import { expect, test } from '../test.ts';
import { PageMonitor } from '../page-monitor.ts';

test('monitor reports every kind of browser error', async ({ browser, app, scriptEnabled }) => {
    const context = await browser.newContext();
    const monitor = new PageMonitor([app.origin], scriptEnabled);
    await monitor.attach(context);
    const page = await context.newPage();
    await page.goto('/no/such/page');
    await page.route('**/broken.svg', (route) => route.abort('connectionreset'));
    await page.evaluate(() => {
        for (const address of ['/broken.svg', '/no-such.svg', 'https://foreign.test/a.svg']) {
            document.body.append(Object.assign(new Image(), { src: address }));
        }
        console.error('an error message');
    });
    const expected = [
        /^status 404: .*\/no\/such\/page$/,
        /^console: .*status of 404.*\/no-such\.svg/,
        /^net::ERR_CONNECTION_RESET: .*\/broken\.svg$/,
        /^console: .*Content Security Policy/,
        /^console: an error message/,
    ];
    for (const fault of expected) {
        await expect.poll(() => monitor.faults).toContainEqual(expect.stringMatching(fault));
    }
    await context.close();
});
