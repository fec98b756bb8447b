use super::*;

#[test]
fn drawings_are_let_through() {
    for good in [
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>"##,
        r##"<?xml version="1.0" encoding="utf-8"?><!-- by hand --><svg
            xmlns:xlink="http://www.w3.org/1999/xlink"><defs><linearGradient id="g"/></defs>
            <rect fill="url(#g)" style='stroke: url( "#g" ); fill:rgb(1,2,3)'/>
            <use xlink:href="#g" /></svg>"##,
        r##"<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:g></svg:g></svg:svg>"##,
        r##"<svg xmlns:x="http://www.w3.org/1999/xlink" xmlns:dc="urn:other"><use x:href="#a"/></svg>"##,
        r##"<svg><style>/* ours */ .a>b{fill:#fff; filter: drop-shadow(0 0 1px rgba(0,0,0,.5))}
            </style><image href="data:image/png;base64,AA=="/></svg>"##,
        r##"<svg><style>@media (prefers-color-scheme: dark) and (min-width:1px){.a{fill:#fff}}</style></svg>"##,
        r##"<svg><g transform="translate (1 2) rotate(45)"><text>1 &lt; 2 &#x26; ü (x)</text></g></svg>"##,
        r##"<svg role="img" aria-label="Sum(total)" data-name="a"><title>javascript:</title></svg>"##,
    ] {
        assert_eq!(check(good.as_bytes()), Ok(()), "{good}");
    }
}

/// Drawings that run, load or embed something, or lead away.
const BAD: &[&str] = &[
    "<svg><script>alert(1)</script></svg>",
    "<svg><x:ScRiPt xmlns:x='http://www.w3.org/2000/svg' href='#a'/></svg>",
    "<svg onload='alert(1)'/>",
    "<svg><g onclick = \"x\"/></svg>",
    "<svg><foreignObject/></svg>",
    "<svg><a href='#x'/></svg>",
    "<svg><use href='https://example.com/x.svg#a'/></svg>",
    "<svg><use href='data:image/png;base64,AA'/></svg>",
    "<svg><image href='data:image/svg+xml;base64,AA'/></svg>",
    "<svg><image href='data:image/png;base64,AA#\"x'/></svg>",
    "<svg><image src='x.png'/></svg>",
    "<svg><image srcset='https://example.com/x.png 1x'/></svg>",
    "<svg xmlns:xlink='http://www.w3.org/1999/xlink'><use xlink:href='javascript:alert(1)'/></svg>",
    "<svg><use href='&#106;avascript:alert(1)'/></svg>",
    "<svg><use href='java&#10;script:alert(1)'/></svg>",
    "<svg><set attributeName='href' to='x'/></svg>",
    "<svg><animate attributeName='href' values='x'/></svg>",
    "<svg xmlns:h='http://www.w3.org/1999/xhtml'><h:meta http-equiv='refresh' content='0;url=//x'/></svg>",
    "<svg><meta http-equiv='refresh' content='0;url=//example.com'/></svg>",
    "<svg xmlns:h='http://www.w3.org/1999/xhtml'><h:style>a{}</h:style></svg>",
    "<svg xmlns='http://www.w3.org/1999/xhtml'><image/></svg>",
    "<svg xmlns:s='http://www.w3.org/2000/svg'><g xmlns:s='http://www.w3.org/1999/xhtml'><s:image/></g></svg>",
    "<svg><link rel='stylesheet' href='#x'/></svg>",
    "<svg><iframe/></svg>",
    "<svg><rect fill='url(https://example.com/x)'/></svg>",
    "<svg><rect fill='url(&#104;ttps://example.com/x)'/></svg>",
    "<svg><rect fill='&#117;rl(//example.com/x)'/></svg>",
    "<svg><rect fill='u\\72l(//example.com/x)'/></svg>",
    "<svg><rect style='background:image-set(\"//example.com/x\" 1x)'/></svg>",
    "<svg><rect style='background:-webkit-image-set(\"//example.com/x\" 1x)'/></svg>",
    "<svg><rect style='background:src(\"//example.com/x\")'/></svg>",
    "<svg><rect style='background:u/**/rl(//x)'/></svg>",
    "<svg><rect style='behavior:url(#x)'/></svg>",
    "<svg><rect style='width:expression(alert(1))'/></svg>",
    "<svg><style>@import 'https://example.com/x.css';</style></svg>",
    "<svg><style>@imp<!-- -->ort 'https://example.com/x.css';</style></svg>",
    "<svg><style>@imp/**/ort 'https://example.com/x.css';</style></svg>",
    "<svg><style>&#64;import 'https://example.com/x.css';</style></svg>",
    "<svg><style>@media-x 'https://example.com/x.css';</style></svg>",
    "<svg><style>@media (a){b{}}@import 'https://example.com/x.css';</style></svg>",
    "<svg><style>@IMPORT 'https://example.com/x.css';</style></svg>",
    "<svg><style>@font-face{src:url(//example.com/x)}</style></svg>",
    "<svg><style>.a{background:u<!-- -->rl(//example.com)}</style></svg>",
    "<svg><style>.a{background:u\\72l(https://example.com)}</style></svg>",
    "<svg><style>.a{background:url( '//example.com')}</style></svg>",
    "<svg><style>.a{background:image-set('//example.com' 1x)}</style></svg>",
    "<svg><style>a<g>b</g></style></svg>",
];

/// What is no XML, or not the XML that a drawing needs.
const MALFORMED: &[&str] = &[
    "",
    "<html></html>",
    "<svg",
    "<svg>",
    "<svg></g>",
    "<svg/><svg/>",
    "<svg/>text",
    "<svg a=b></svg>",
    "<svg id='<g/>'/>",
    "<svg><g></svg></g>",
    "<svg>&nbsp;</svg>",
    "<svg id='&x;'/>",
    "<?xml version='1.0' encoding='utf-7'?><svg/>",
    "<?xml version='1.0' encoding='iso-2022-jp'?><svg/>",
    "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
    "<?xml-stylesheet href='x'?><svg/>",
    "<svg><?xml-stylesheet href='x'?></svg>",
    "<svg><![CDATA[<script>]]></svg>",
];

#[test]
fn whatever_could_run_or_load_is_refused() {
    for bad in BAD.iter().chain(MALFORMED) {
        assert!(check(bad.as_bytes()).is_err(), "{bad}");
    }
    assert!(check(b"<svg>\xff</svg>").is_err());
    let deep = format!("{}{}", "<svg>".repeat(200), "</svg>".repeat(200));
    assert!(check(deep.as_bytes()).unwrap_err().contains("128"));
}

#[test]
fn the_problem_is_named() {
    for (bad, named) in [
        ("<svg><metadata/></svg>", "the element `metadata` is not part of a drawing"),
        (
            "<svg inkscape:version='1'/>",
            "the attribute `inkscape:version` is not part of a drawing",
        ),
        ("<svg><use href='//x'/></svg>", "the attribute `href` points outside of the drawing"),
        ("<svg style='a:image-set(x)'/>", "the attribute `style` calls `image-set`"),
        ("<svg><style>@import 'x'</style></svg>", "a style has a rule with `@`"),
    ] {
        let problem = check(bad.as_bytes()).unwrap_err();
        assert!(problem.contains(named), "{bad}: {problem}");
    }
}
