// Opens pages of the built documentation in headless Chromium, light and dark, and fails on any
// violation that axe-core finds.
//
//   node check_site.js FOLDER PAGE...
//
// CHROMIUM names the browser; /usr/bin/chromium if not given.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AXE, launched } from "./browser.js";

const [folder, ...pages] = process.argv.slice(2);
const browser = await launched();
const faults = [];
let rules = 0;

for (const file of pages) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme });
    await page.goto(pathToFileURL(resolve(folder, file)).href);
    await page.evaluate(AXE);
    const found = await page.evaluate(() => globalThis.axe.run(document));
    await page.close();
    rules += found.passes.length;
    for (const one of found.violations) {
      faults.push(`${file}, ${colorScheme}: ${one.id}: ${one.nodes[0].html.slice(0, 200)}`);
    }
  }
}
await browser.close();
console.log(`${pages.length} pages, ${rules} rules passed, ${faults.length} faults`);
faults.forEach((one) => console.error(one));
process.exit(faults.length ? 1 : 0);
