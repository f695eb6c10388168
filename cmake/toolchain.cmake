# Warnings, sanitizers, the linker and the compiler cache.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # False positives of GCC 12 in inlined standard containers and coroutine frames.
  add_compile_options(-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds
                      -Wno-restrict -Wno-mismatched-new-delete)
endif()
if(PARLEY_SANITIZE)
  add_compile_options(-fsanitize=${PARLEY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PARLEY_SANITIZE})
endif()

find_program(PARLEY_MOLD mold)
if(PARLEY_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_link_options(-fuse-ld=mold)
endif()
find_program(PARLEY_CCACHE ccache)
if(PARLEY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PARLEY_CCACHE})
endif()
if(PARLEY_FUZZ)
  # Clang 14 cannot compile a coroutine with -fsanitize=function, a part of undefined.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=function)
endif()
