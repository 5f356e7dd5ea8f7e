export const apiStrings = {
  late: 'The server took too long to answer. Try again; what costs money is never bought twice.',
  unreachable: 'The server can’t be reached. What you typed is kept; it works again as soon as the server answers.',
  unexpected: (status: number) =>
    status === 0
      ? 'Something unexpected happened. Reload the page and try again.'
      : `The server answered ${status}. Try again in a moment.`,
};
