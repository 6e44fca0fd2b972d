#include "ctl/demo/greeter_files.hpp"

namespace orch::ctl {

namespace {

constexpr const char* kReadme = R"(# greeter

Greets somebody in a language: `build/greeter de Ada` prints "Hallo, Ada!". `make check` runs the
tests, `./deploy.sh v1 FOLDER` installs a version.
)";

constexpr const char* kMakefile = R"(CC ?= cc
CFLAGS ?= -O1
BUILD ?= build
WARNINGS = -std=c11 -Wall -Wextra -Werror

all: $(BUILD)/greeter

$(BUILD)/greeter: src/main.c src/greeter.c src/greeter.h
	mkdir -p $(BUILD)
	$(CC) $(CFLAGS) $(WARNINGS) -o $@ src/main.c src/greeter.c

$(BUILD)/greeter_test: tests/greeter_test.c src/greeter.c src/greeter.h
	mkdir -p $(BUILD)
	$(CC) $(CFLAGS) $(WARNINGS) -Isrc -o $@ tests/greeter_test.c src/greeter.c

check: $(BUILD)/greeter_test
	$(BUILD)/greeter_test

clean:
	rm -rf $(BUILD)

.PHONY: all check clean
)";

constexpr const char* kHeader = R"(#ifndef GREETER_H
#define GREETER_H

#include <stddef.h>

/* Writes the greeting of `name` in `language` ("en", "de") into `text`. Returns 0, or -1 when the
   language is unknown or the greeting does not fit. */
int greet(const char *language, const char *name, char *text, size_t size);

#endif
)";

constexpr const char* kSource = R"(#include "greeter.h"

#include <stdio.h>
#include <string.h>

struct language {
    const char *code;
    const char *greeting;
};

static const struct language languages[] = {
    {"en", "Hello"},
    {"de", "Hallo"},
};

int greet(const char *language, const char *name, char *text, size_t size) {
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; ++i) {
        if (strcmp(languages[i].code, language) == 0) {
            int length = snprintf(text, size, "%s, %s!", languages[i].greeting, name);
            return length >= 0 && (size_t)length < size ? 0 : -1;
        }
    }
    return -1;
}
)";

constexpr const char* kMain = R"(#include <stdio.h>

#include "greeter.h"

int main(int argc, char **argv) {
    char text[256];
    if (argc != 3) {
        fprintf(stderr, "Usage: greeter LANGUAGE NAME\n");
        return 2;
    }
    if (greet(argv[1], argv[2], text, sizeof text) != 0) {
        fprintf(stderr, "greeter: cannot greet in \"%s\"\n", argv[1]);
        return 1;
    }
    puts(text);
    return 0;
}
)";

constexpr const char* kTest = R"(#include <stdio.h>
#include <string.h>

#include "greeter.h"

static int failures;

static void expect(const char *language, const char *expected) {
    char text[64];
    if (greet(language, "Ada", text, sizeof text) != 0) {
        snprintf(text, sizeof text, "nothing");
    }
    if (strcmp(text, expected) != 0) {
        printf("%s: expected \"%s\" but got \"%s\"\n", language, expected, text);
        ++failures;
    }
}

int main(void) {
    expect("en", "Hello, Ada!");
    expect("de", "Hallo, Ada!");
    expect("tlh", "nothing");
    printf("%d failed\n", failures);
    return failures == 0 ? 0 : 1;
}
)";

constexpr const char* kDeploy = R"sh(#!/bin/sh
# Installs a version: ./deploy.sh VERSION FOLDER
set -eu
make all
mkdir -p "$2/$1"
cp build/greeter "$2/$1/"
ln -sfn "$1" "$2/current"
echo "$1 $(git rev-parse HEAD)" >>"$2/deployed"
)sh";

}  // namespace

const std::vector<SmallFile>& greeterFiles() {
    static const std::vector<SmallFile> files{{"README.md", kReadme},
                                              {"Makefile", kMakefile},
                                              {".gitignore", "build/\n"},
                                              {"src/greeter.h", kHeader},
                                              {"src/greeter.c", kSource},
                                              {"src/main.c", kMain},
                                              {"tests/greeter_test.c", kTest},
                                              {"deploy.sh", kDeploy, 0755}};
    return files;
}

}  // namespace orch::ctl
