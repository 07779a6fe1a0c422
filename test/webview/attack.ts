/** Text that would run, load or hide something wherever it were taken for markup. */
export const attack = '<img src=x onerror="alert(1)"></script><script>alert(2)</script><!-- <style>*{display:none}</style> <a href="javascript:alert(3)">';
