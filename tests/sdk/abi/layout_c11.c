// The layout as a C11 compiler sees it; compiling this file is the test.
#include "orch/plugin.h"

#define STRUCT(name, bytes) \
    _Static_assert(sizeof(name) >= bytes, #name ": plugins out there have " #bytes " bytes of it");
#define MEMBER(type, offset, name, ...)                                           \
    _Static_assert(offsetof(type, name) == offset, #type "." #name " has moved"); \
    _Static_assert(_Generic(((type*)0)->name, __VA_ARGS__ : 1, default : 0),      \
                   #type "." #name " has another type");
#define VALUE(name, value) _Static_assert((long)name == (value), #name " has another value");
#include "sdk/abi/layout.inc"

_Static_assert(_Generic(&orch_plugin_v1, const orch_plugin* (*)(void) : 1, default : 0),
               "orch_plugin_v1 has another type");
