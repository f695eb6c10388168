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
  if(PARLEY_SANITIZE MATCHES thread)
    # Asio's fences only strengthen what its mutexes order, and TSan sees those.
    add_compile_options(-Wno-tsan)
  endif()
  if(PARLEY_SANITIZE MATCHES undefined)
    # Half of the compile time: ASan stops at null as well, and there is little to downcast.
    add_compile_options(-fno-sanitize=null,vptr)
  endif()
endif()

find_program(PARLEY_MOLD mold)
if(PARLEY_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_link_options(-fuse-ld=mold)
endif()
find_program(PARLEY_CCACHE ccache)
if(PARLEY_CCACHE)
  # Paths relative to the checkout, so that another checkout of the same sources finds the results.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${PARLEY_CCACHE})
endif()
if(PARLEY_FUZZ)
  # Clang 14 cannot compile a coroutine with -fsanitize=function, a part of undefined.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=function)
endif()
