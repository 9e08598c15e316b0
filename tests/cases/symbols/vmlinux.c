/* A kernel in one function, for its symbol and its DWARF. */
const char linux_banner[] = "Linux version 5.10.0-32-amd64 (cgattach)";

int cpu_cgroup_can_attach(void *tset)
{
	return tset ? -22 : 0;
}

int main(void)
{
	return cpu_cgroup_can_attach(0) + (linux_banner[0] == 'M');
}
