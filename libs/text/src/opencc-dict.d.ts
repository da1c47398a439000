/** The package has no types for its single dictionaries: "traditional simplified" pairs, divided by "|". */
declare module 'opencc-js/dict/TSCharacters' {
  const pairs: string;
  export default pairs;
}
