/// `/style.css`.
enum Stylesheet {
  static let text = """
    :root {
      color-scheme: light;
      --paper: #fbf8f2; --card: #ffffff; --ink: #22301f; --soft: #56624f; --line: #dcd6c8;
      --leaf: #2f6b3c; --leaf-dark: #245430; --leaf-pale: #e7f0e2; --alarm: #9c2a1c; --alarm-pale: #fbeae6;
    }
    * { box-sizing: border-box; }
    html { font: 100%/1.6 Georgia, "Times New Roman", serif; background: var(--paper); color: var(--ink); }
    body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; }
    [hidden] { display: none; }
    img { max-width: 100%; height: auto; display: block; }
    a { color: var(--leaf); text-underline-offset: 0.15em; }
    h1, h2 { line-height: 1.2; font-weight: normal; margin: 0 0 1rem; text-wrap: balance; }
    h1 { font-size: 2rem; }
    h2 { font-size: 1.4rem; margin-top: 2rem; }
    small { color: var(--soft); font-size: 0.85rem; }
    main, .wide { width: 100%; max-width: 68rem; margin: 0 auto; padding-inline: 1.25rem; }
    main { flex: 1; padding-block: 2rem 3rem; }
    main > p, main > ul, section > p { max-width: 42rem; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .skip { position: absolute; left: -100rem; }
    .skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: 0.5rem 1rem; z-index: 1; }
    :focus-visible { outline: 3px solid var(--leaf); outline-offset: 2px; }

    .shop-header { background: var(--card); border-bottom: 1px solid var(--line); }
    .shop-header .wide { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.5rem;
      padding-block: 0.75rem; }
    .shop-header nav { display: flex; gap: 1.25rem; }
    .shop-header nav a { text-decoration: none; padding-block: 0.5rem; white-space: nowrap; }
    .shop-header nav a:hover { text-decoration: underline; }
    .brand { display: flex; align-items: center; gap: 0.6rem; font-size: 1.35rem; text-decoration: none;
      color: var(--ink); white-space: nowrap; }
    .search { margin-left: auto; }
    .search input { width: 11rem; }
    .count { background: var(--leaf); color: #fff; border-radius: 1rem; padding: 0.05rem 0.5rem; font-size: 0.85rem; }
    footer { background: var(--ink); color: #e9eee2; }
    footer .wide { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.5rem 2rem;
      padding-block: 1.5rem; }
    footer p { margin: 0; }
    footer nav { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; }
    footer a { color: inherit; }

    .hero { display: flex; align-items: center; justify-content: space-between; gap: 2rem; background: var(--leaf-pale);
      border-radius: 0.75rem; padding: 2rem 2.5rem; margin-bottom: 2.5rem; }
    .hero h1 { font-size: 2.4rem; max-width: 24ch; }
    .shelf { list-style: none; margin: 0; padding: 0; display: grid; gap: 1.5rem;
      grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
    main > .shelf { max-width: none; }
    .shelf li { background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem;
      padding: 1rem 1rem 1.1rem; display: flex; flex-direction: column; gap: 0.35rem; }
    .shelf a { text-decoration: none; color: var(--ink); }
    .shelf a:hover strong { text-decoration: underline; }
    .shelf img { width: 100%; border-radius: 0.5rem; margin-bottom: 0.75rem; }
    .shelf span { color: var(--soft); }
    .shelf .price { margin-top: auto; color: var(--ink); }
    .price { font-size: 1.1rem; font-variant-numeric: tabular-nums; }
    .product { display: grid; grid-template-columns: 1fr 1fr; gap: 2.5rem; align-items: start; }
    .product img { width: 100%; border-radius: 0.75rem; border: 1px solid var(--line); }
    .product .price { font-size: 1.5rem; }
    .lead { font-size: 1.2rem; color: var(--soft); margin-top: 0; }
    .trail { margin: 0 0 0.25rem; }
    .stock { color: var(--alarm); }
    .buy { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem; }

    input { font: inherit; color: inherit; background: var(--card); border: 1px solid #87907f; border-radius: 0.4rem;
      padding: 0.5rem 0.7rem; }
    input[type="number"] { width: 5rem; }
    button:not([hidden]), .button { display: inline-block; }
    button, .button { font: inherit; background: var(--leaf); color: #fff; border: 1px solid var(--leaf);
      border-radius: 0.4rem; padding: 0.55rem 1.2rem; text-decoration: none; cursor: pointer; }
    button:hover, .button:hover { background: var(--leaf-dark); }
    .quiet { background: transparent; color: var(--leaf); padding: 0.4rem 0.8rem; }
    .quiet:hover { background: var(--leaf-pale); }
    .sheet { max-width: 28rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem;
      padding: 1.5rem; }
    .field { margin: 0 0 1rem; display: flex; flex-direction: column; gap: 0.25rem; }
    .field label { font-weight: bold; }
    .field input { width: 100%; }
    .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; align-items: end; }
    .problem { background: var(--alarm-pale); border-left: 0.3rem solid var(--alarm); padding: 0.75rem 1rem;
      max-width: 28rem; }
    .change { display: flex; gap: 0.5rem; align-items: center; flex-wrap: wrap; }
    .inline { display: inline; }
    .right { text-align: right; }
    main > .right { max-width: none; }

    table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
    th, td { text-align: left; padding: 0.65rem 0.9rem; border-bottom: 1px solid var(--line); font-weight: normal; }
    thead th { color: var(--soft); font-size: 0.9rem; }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .total th, .total td { font-weight: bold; }
    table + form { margin-top: 1.5rem; }
    .scroll { overflow-x: auto; }
    .scroll table { min-width: 42rem; }
    address { font-style: normal; margin-bottom: 1rem; }
    dt { font-weight: bold; }
    dd { margin: 0 0 0.75rem; }
    .admin-header { background: var(--ink); color: #e9eee2; }
    .admin-header p { margin-block: 0; padding-block: 0.75rem; }
    .inline button { white-space: nowrap; }

    @media (max-width: 44rem) {
      h1 { font-size: 1.6rem; }
      .search { order: 1; margin: 0; width: 100%; }
      .search input { width: 100%; }
      .shop-header .wide { gap: 0.5rem 1.1rem; }
      .shop-header nav { gap: 1.1rem; }
      .brand { width: 100%; }
      .hero { flex-direction: column-reverse; align-items: stretch; padding: 1.25rem; gap: 1rem; }
      .hero h1 { font-size: 1.7rem; }
      .hero img { align-self: center; width: 70%; }
      .shelf { grid-template-columns: 1fr 1fr; gap: 0.75rem; }
      .shelf li { padding: 0.75rem; }
      .product { grid-template-columns: 1fr; gap: 1.25rem; }
      .cart th, .cart td { padding: 0.6rem 0.5rem; }
    }
    @media (prefers-reduced-motion: no-preference) { button, .button { transition: background-color 120ms; } }

    """
}
