"""Looks: theme.json of a deployment, and `branding` of an app. Operators and admins read these sentences."""

TEMPLATES = {
    "look.colour_malformed": "The colour {name} in {scheme} has to be # and six hexadecimal digits, such as #0c5c49.",
    "look.colour_unknown": "The member {scheme} has to be an object with some of these colours: {names}.",
    "look.colours_malformed": "The member colours has to be an object with light, or dark, or both.",
    "look.contrast": "In {scheme}, {first} on {second} has a contrast of {ratio}. It has to be at least {least} (WCAG 2.2).",
    "look.contract_differs": (
        "The theme is written for version {given} of the contract, and this provider has version {own}. docs/looks.md says what changed: "
        "adapt the theme, then write {own}."
    ),
    "look.contract_missing": "The file theme.json needs the member contract, the version for which the theme is written: {own}.",
    "look.file_missing": "{name} is not in the folder of the theme.",
    "look.file_other_type": "The content of {name} is not what its ending says.",
    "look.file_too_large": "{name} is larger than {maximum} bytes.",
    "look.file_unknown": "{name} cannot be in a theme. Files have lower-case names with one of these endings: {endings}.",
    "look.link_malformed": "A link has to be an https URL.",
    "look.links_unknown": "The member links has to be an object with some of these links: {names}.",
    "look.member_unknown": "A look has these members only: {members}.",
    "look.name_malformed": (
        "The member name has to be a text of 1 to {longest} visible characters with a letter or digit, without spaces at its ends."
    ),
    "look.many_files": "A theme has at most {maximum} files.",
    "look.not_object": "A look has to be an object.",
    "look.ornament_malformed": "The member ornament has to be true or false.",
    "look.picture_malformed": "{member} has to be the name of a file of the theme with one of these endings: {endings}.",
    "look.radius_malformed": "The member radius has to be a whole number between 0 and {largest}, in pixels.",
    "look.stylesheet_loads": "The file theme.css may load files of the theme only, and it has: {what}",
    "look.svg_active": "{name} contains a script, a link or something that loads. A picture needs none of them.",
    "look.template_unknown": (
        "{name} in the folder templates cannot be replaced. A theme may have these: {names}; and files that begin with own_, to include."
    ),
    "look.template_malformed": "The template {name} is malformed. {problem}",
    "look.text_languages": "The text {name} has to be a text, or an object from language tags to texts.",
    "look.text_leads_away": (
        "The text {name} of an app must not contain an address, a link, a domain, or a number of four digits: mails carry it."
    ),
    "look.text_malformed": "The text {name} has to be one line of 1 to {longest} visible characters.",
    "look.text_placeholder": "The text {name} may have these placeholders: {placeholders}. It may have no other braces.",
    "look.text_unknown": "The member texts may have these ids: {ids}.",
    "look.texts_malformed": "The member texts has to be an object from ids to texts.",
    "look.theme_malformed": "The file theme.json is not valid JSON.",
    "look.too_large": "A look of an app has to stay under {maximum} bytes.",
}
