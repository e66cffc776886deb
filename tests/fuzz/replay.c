/* Runs a target over files, with any compiler: REPLAY [FILE | FOLDER]...  Where the target stops, the file is
   the last that was printed. */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

static int n_files;

static void replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    uint8_t *bytes = NULL;
    size_t n = 0, more;
    do {
        bytes = realloc(bytes, n + 65536);
        DEMAND(bytes != NULL);
        more = fread(bytes + n, 1, 65536, file);
        n += more;
    } while (more > 0);
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(bytes, n);
    n_files++;
    free(bytes);
}

static void replay(const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) {
        replay_file(path);
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char inside[4096];
        if (entry->d_name[0] == '.') continue;
        snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        replay_file(inside);
    }
    closedir(folder);
}

int main(int n, char **arguments) {
    for (int i = 1; i < n; i++) replay(arguments[i]);
    printf("%d files\n", n_files);
    return n_files == 0;
}
