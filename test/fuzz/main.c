/*
 * main.c
 *	  The program around the fuzz targets: libFuzzer calls it, it calls them.
 *
 * The extension and the targets are a library, as they are in a server, because
 * they can be loaded only when the server's functions are there.  The name by
 * which this program is called says which target it is: fuzz-tally runs
 * fuzz_tally().
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int			LLVMFuzzerInitialize(int *argc, char ***argv);
int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef void (*Target) (void);

static Target target;
static void (*run) (Target, const uint8_t *, size_t);

static void *
load(const char *directory, const char *name)
{
	char		path[4096];
	void	   *library;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	if (library == NULL)
	{
		fprintf(stderr, "%s\n", dlerror());
		exit(2);
	}
	return library;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char		directory[4096];
	char		symbol[256];
	char	   *slash;
	const char *name;
	void	   *library;
	void		(*start) (void);

	snprintf(directory, sizeof(directory), "%s", (*argv)[0]);
	slash = strrchr(directory, '/');
	name = slash != NULL ? slash + 1 : "";
	if (strncmp(name, "fuzz-", 5) != 0)
	{
		fprintf(stderr, "call me DIRECTORY/fuzz-TARGET\n");
		exit(2);
	}
	snprintf(symbol, sizeof(symbol), "fuzz_%s", name + 5);
	*slash = '\0';

	load(directory, "libpostgres.so");
	library = load(directory, "targets.so");
	*(void **) &target = dlsym(library, symbol);
	*(void **) &run = dlsym(library, "fuzz_run");
	*(void **) &start = dlsym(library, "fuzz_start");
	if (target == NULL || run == NULL || start == NULL)
	{
		fprintf(stderr, "there is no target %s\n", symbol);
		exit(2);
	}
	start();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	run(target, data, size);
	return 0;
}
