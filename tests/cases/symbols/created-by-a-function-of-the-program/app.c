int make_thread(int n)
{
	return n + 1;
}

int main(void)
{
	return make_thread(-1);
}
