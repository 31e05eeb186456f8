// See oazapfts.d.ts for why this file is plain JavaScript.
export { generateSource } from "oazapfts";
