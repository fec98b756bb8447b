//! The parts of a drawing: everything else is refused.
//!
//! No element that runs a script, follows a link, embeds a document or changes another over
//! time; no attribute that handles an event.

/// The meaning of the value of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// A name or a description, which refers to nothing.
    Text,
    /// A value of the drawing.
    Drawing,
    /// Declarations of a style.
    Style,
    /// A reference.
    Reference,
}

/// Returns whether a drawing may have an element of this name.
pub fn is_element(name: &str) -> bool {
    words(ELEMENTS).any(|it| it == name)
}

/// Returns the meaning of an attribute; `None` where a drawing has none of this name.
pub fn attribute(name: &str) -> Option<Attribute> {
    let is_note = |prefix| {
        let rest = name.strip_prefix(prefix);
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        rest.is_some_and(|it: &str| it.bytes().all(is_plain))
    };
    Some(match name {
        "href" => Attribute::Reference,
        "style" => Attribute::Style,
        _ if words(TEXTS).any(|it| it == name) || is_note("aria-") || is_note("data-") => {
            Attribute::Text
        }
        _ if words(DRAWING).any(|it| it == name) => Attribute::Drawing,
        _ => return None,
    })
}

/// Returns whether styles and attributes may call a function of this name, in lower case. `url` is
/// checked by what it names.
pub fn is_function(name: &str) -> bool {
    words(FUNCTIONS).any(|it| it == name)
}

fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split_ascii_whitespace()
}

const ELEMENTS: &str = "
    svg g defs symbol use switch title desc style
    path rect circle ellipse line polyline polygon text tspan textPath image
    linearGradient radialGradient stop pattern clipPath mask marker
    filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix
    feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB
    feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence";

const TEXTS: &str = "id class role lang tabindex version baseProfile focusable";

const DRAWING: &str = "
    x y x1 x2 y1 y2 cx cy r rx ry fx fy fr d dx dy width height points pathLength
    viewBox preserveAspectRatio zoomAndPan transform transform-origin
    gradientTransform gradientUnits spreadMethod offset
    patternContentUnits patternTransform patternUnits
    clipPathUnits maskContentUnits maskUnits
    markerHeight markerUnits markerWidth orient refX refY
    rotate textLength lengthAdjust startOffset method spacing side
    filterUnits primitiveUnits in in2 result stdDeviation values type mode operator
    k1 k2 k3 k4 order kernelMatrix kernelUnitLength divisor bias targetX targetY edgeMode
    preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent
    limitingConeAngle pointsAtX pointsAtY pointsAtZ z azimuth elevation scale
    xChannelSelector yChannelSelector radius baseFrequency numOctaves seed stitchTiles
    tableValues slope intercept amplitude exponent
    requiredFeatures requiredExtensions systemLanguage media
    alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation
    color-interpolation-filters color-profile color-rendering cursor direction display
    dominant-baseline enable-background fill fill-opacity fill-rule filter flood-color
    flood-opacity font font-family font-size font-size-adjust font-stretch font-style
    font-variant font-weight glyph-orientation-horizontal glyph-orientation-vertical
    image-rendering isolation kerning letter-spacing lighting-color marker marker-end
    marker-mid marker-start mask mask-type mix-blend-mode opacity overflow paint-order
    pointer-events shape-rendering solid-color solid-opacity stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit
    stroke-opacity stroke-width text-align text-anchor text-decoration text-rendering
    unicode-bidi vector-effect visibility white-space word-spacing writing-mode";

const FUNCTIONS: &str = "
    rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix calc min max clamp var
    matrix matrix3d translate translatex translatey translate3d scale scalex scaley rotate
    rotatex rotatey rotatez skew skewx skewy perspective
    blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
    linear-gradient radial-gradient circle ellipse inset polygon path
    not is where media nth-child nth-of-type nth-last-child nth-last-of-type lang rect";
