fn main() {
    println!("cargo:rerun-if-changed=src/tokens.c");
    cc::Build::new().file("src/tokens.c").flag("-std=gnu11").warnings_into_errors(true).extra_warnings(true).compile("sluice_tokens");
}
