export function exportOssFuzz(): number {
	return 0;
}
