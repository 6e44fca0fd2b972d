# orch_add_plugin(disk-watch disk_watch.cpp [more sources]): the plugin disk-watch.so.
#
# orchd looks at the library before it loads it and refuses one that could not be unloaded or that
# shares symbols with others; these flags are what it asks for:
# - one export, everything else hidden;
# - no STB_GNU_UNIQUE symbols: they pin the first copy for ever, and the next one would share its
#   static variables;
# - nothing unresolved, bound at once, no executable stack.

# Variables, for every plugin that is added after them:
#   ORCH_PLUGIN_LINK         libraries that it links, such as one that only carries warnings
#   ORCH_PLUGIN_OUTPUT       folder that the library is built into
#   ORCH_PLUGIN_DESTINATION  folder below the prefix that it is installed into

set(ORCH_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

# A library that is built with a sanitizer leaves the sanitizer's symbols to the program.
function(orch_plugin_is_sanitized result)
    get_directory_property(options COMPILE_OPTIONS)
    string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
    string(FIND "${options} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}" "-fsanitize=" place)
    if(place EQUAL -1)
        set(${result} FALSE PARENT_SCOPE)
    else()
        set(${result} TRUE PARENT_SCOPE)
    endif()
endfunction()

function(orch_add_plugin name)
    add_library(${name} MODULE ${ARGN})
    target_link_libraries(${name} PRIVATE OrchSDK::OrchSDK ${ORCH_PLUGIN_LINK})
    set_target_properties(
        ${name}
        PROPERTIES PREFIX ""
                   SUFFIX ".so"
                   POSITION_INDEPENDENT_CODE ON
                   C_VISIBILITY_PRESET hidden
                   CXX_VISIBILITY_PRESET hidden
                   VISIBILITY_INLINES_HIDDEN ON
                   SKIP_BUILD_RPATH ON
                   LINK_DEPENDS ${ORCH_PLUGIN_MAP})
    # Clang has no such symbols and does not know the flag.
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
    target_link_options(${name} PRIVATE -Wl,--version-script=${ORCH_PLUGIN_MAP} -Wl,-z,noexecstack
                        -Wl,-z,now -Wl,-z,relro)
    orch_plugin_is_sanitized(sanitized)
    if(NOT sanitized)
        target_link_options(${name} PRIVATE -Wl,-z,defs)
    endif()
    if(ORCH_PLUGIN_OUTPUT)
        set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${ORCH_PLUGIN_OUTPUT})
    endif()
    if(ORCH_PLUGIN_DESTINATION)
        install(TARGETS ${name} LIBRARY DESTINATION ${ORCH_PLUGIN_DESTINATION} COMPONENT programs)
    endif()
endfunction()
