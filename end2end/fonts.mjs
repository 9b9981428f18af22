// What text looks like in a picture that is compared, or shown in the README: the same on every machine.

/** Debian's `fonts-liberation`, which `make setup` installs. */
const [text, code] = ['Liberation Sans', 'Liberation Mono'];

/**
 * Sets the page in these fonts, whatever the system would have taken.
 * @param {import('@playwright/test').Page} page
 */
export async function dress(page) {
    await page.evaluate(
        ([text, code]) => {
            document.body.style.fontFamily = `"${text}"`;
            document.querySelectorAll('code').forEach((element) => (element.style.fontFamily = `"${code}"`));
        },
        [text, code],
    );
    const foreign = (await fontsOf(page, 'h1')).filter((font) => font !== text);
    if (foreign.length > 0) {
        throw new Error(`Text is set in ${foreign.join(', ')}: pictures need ${text}. Install the package fonts-liberation.`);
    }
}

/** The fonts that the browser takes for an element. */
async function fontsOf(page, selector) {
    const session = await page.context().newCDPSession(page);
    await session.send('DOM.enable');
    await session.send('CSS.enable');
    const { root } = await session.send('DOM.getDocument', { depth: 0 });
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
    await session.detach();
    return fonts.map(({ familyName }) => familyName);
}
