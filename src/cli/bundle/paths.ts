/** What stands where a path stood. */
const instead = '(a path)';

/** @limit A shorter path, such as `/root`, is found too often to be one. @unit characters */
const shortestPath = 6;

/** Takes paths of this machine out of texts, the longest first. */
export const withoutPaths = (paths: readonly (string | undefined)[]): ((text: string) => string) => {
  const known = [
    ...new Set(paths.filter((path): path is string => path !== undefined && path.length >= shortestPath)),
  ].sort((a, b) => b.length - a.length);
  return (text) => known.reduce((current, path) => current.replaceAll(path, instead), text);
};
