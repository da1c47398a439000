/** Told what making an image is at: one line, as the program that makes it says it. */
export type Progress = (line: string) => void;
