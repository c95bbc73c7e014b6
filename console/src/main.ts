import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/charts.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { applyPreferences } from './lib/preferences.svelte';

applyPreferences();
const target = document.getElementById('app');
if (target) mount(App, { target });
